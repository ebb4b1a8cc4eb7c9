//! State and admission.
