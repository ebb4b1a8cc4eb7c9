//! Trust policies.
