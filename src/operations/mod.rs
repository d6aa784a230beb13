//! What a user can ask for, once: each operation is one function that the command line, the server and other faces call.

pub mod learned_class;
