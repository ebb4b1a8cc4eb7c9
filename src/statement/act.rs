//! What is decided and done: suspension, standstill, decision, resumption.
