//! The rules of the training, through their public interface.

mod old_sessions;
mod properties;
mod scenario;
mod trainings;
