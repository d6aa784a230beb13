//! The starter model: a small CLAP of our own that is compiled into the program (`models/starter` says what it knows).

use crate::model::file::ModelFile;

/// The name that means this model.
pub const STARTER: &str = "starter";

/// `(name in the hub's layout, path in the repository, bytes)`.
const FILES: [(&str, &str, &[u8]); 5] = [
    ("config.json", "models/starter/config.json", include_bytes!("../../models/starter/config.json")),
    (
        "preprocessor_config.json",
        "models/starter/preprocessor_config.json",
        include_bytes!("../../models/starter/preprocessor_config.json"),
    ),
    ("tokenizer.json", "models/starter/tokenizer.json", include_bytes!("../../models/starter/tokenizer.json")),
    ("model.safetensors", "models/starter/model.safetensors", include_bytes!("../../models/starter/model.safetensors")),
    ("heard.json", "models/starter/heard.json", include_bytes!("../../models/starter/heard.json")),
];

/// The file called `name`, if the starter has one.
pub(super) fn file(name: &str) -> Option<ModelFile> {
    let (_, path, bytes) = FILES.iter().find(|(file, ..)| *file == name)?;
    Some(ModelFile::BuiltIn(path, bytes))
}
