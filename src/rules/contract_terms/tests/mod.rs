//! Phrases from contract lists, read; and the answer key of the shared data.

mod laws;
mod phrases;
mod truth;
