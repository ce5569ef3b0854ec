//! What the shape of the source must keep to, so that a rule stands once and everything is found by its path.
//!
//! Where the code is not there yet, a list in `lists/` says how far it is. A list may only get shorter, and is wrong as
//! soon as the code is better than it: `EDGE_IAM_BLESS=1 cargo test -p iam-tests invariants` writes the lists anew, but
//! none that would allow more than before.

mod circles;
mod dialect_names;
mod graph;
mod lengths;
mod one_writer;
mod paths;
mod places;
mod ratchet;
mod shared_operations;
pub mod source;
