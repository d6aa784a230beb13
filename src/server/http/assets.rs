//! The files of the page: compiled in, or read from a folder while it is being written.

use std::borrow::Cow;
use std::path::{Component, Path, PathBuf};

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "web/"]
struct EmbeddedAssets;

/// Source of the page.
#[derive(Debug, Clone)]
pub(crate) enum Assets {
    /// The program itself.
    Embedded,
    /// A folder.
    Folder(PathBuf),
}

impl Assets {
    /// The file called `name` with a hash of its content, if there is one.
    pub(crate) fn find(&self, name: &str) -> Option<(Cow<'static, [u8]>, String)> {
        match self {
            Assets::Embedded => {
                let file = EmbeddedAssets::get(name)?;
                let hash = blake3::Hash::from_bytes(file.metadata.sha256_hash());
                Some((file.data, hash.to_hex().to_string()))
            }
            Assets::Folder(folder) => {
                let name = Path::new(name);
                let is_inside = name.components().all(|part| matches!(part, Component::Normal(_)));
                let content = if is_inside { std::fs::read(folder.join(name)).ok()? } else { return None };
                let hash = blake3::hash(&content).to_hex().to_string();
                Some((content.into(), hash))
            }
        }
    }
}
