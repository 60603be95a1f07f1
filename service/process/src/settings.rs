//! Settings: built-in defaults < file < environment.

use std::ffi::OsString;
use std::fmt;
use std::path::Path;

use config::builder::DefaultState;
use config::{ConfigBuilder, Environment, File, FileFormat};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

/// Something that must not be shown.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(if self.0.is_empty() { "" } else { "(hidden)" })
    }
}

/// A setting that is wrong, by its name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name} {problem}")]
pub struct SettingError {
    name: String,
    problem: String,
}

impl SettingError {
    pub fn new(name: impl Into<String>, problem: impl fmt::Display) -> Self {
        Self { name: name.into(), problem: problem.to_string() }
    }
}

/// A setting, as it is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// As in the environment.
    pub name: String,
    pub value: String,
}

/// The settings of one process. The name of each in the environment is its path in capitals,
/// joined by `__`, after the prefix.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Before the name of each in the environment, such as `SERVICE`.
    pub prefix: &'static str,
    /// All of them, in TOML.
    pub defaults: &'static str,
    /// Read if it is there and no other file is named.
    pub file: &'static str,
    /// The one that has another name in the environment: its path, and that name.
    pub renamed: Option<(&'static str, &'static str)>,
}

impl Settings {
    /// Reads the file, if one is named or the default one is there, and this environment.
    ///
    /// # Errors
    /// A file that cannot be read, an unknown name, a value of the wrong type.
    pub fn load<T: DeserializeOwned>(
        &self,
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<T, SettingError> {
        let mut variables: config::Map<String, String> = environment.into_iter().collect();
        let (path, renamed) = self.renamed.unwrap_or_default();
        let renamed = variables.remove(renamed);
        let environment = Environment::with_prefix(self.prefix)
            .prefix_separator("__")
            .separator("__")
            .source(Some(variables));
        let name = file.unwrap_or(Path::new(self.file));
        let file = File::from(name).format(FileFormat::Toml).required(file.is_some());
        let read = config::Config::builder()
            .add_source(File::from_str(self.defaults, FileFormat::Toml))
            .add_source(file)
            .add_source(environment)
            .set_override_option(path, renamed)
            .and_then(ConfigBuilder::<DefaultState>::build)
            .map_err(|error| SettingError::new(format!("The file {}", name.display()), error))?;
        let given = read.clone().try_deserialize();
        self.check_names(&given.map_err(|error| self.wrong_type(&error))?)?;
        read.try_deserialize().map_err(|error| self.wrong_type(&error))
    }

    /// Refuses what is none of the settings.
    fn check_names(&self, given: &Value) -> Result<(), SettingError> {
        let defaults = File::from_str(self.defaults, FileFormat::Toml);
        let known: Value = config::Config::builder()
            .add_source(defaults)
            .build()
            .and_then(config::Config::try_deserialize)
            .map_err(|error| SettingError::new("The defaults", error))?;
        let known = self.leaves(&known);
        match self.leaves(given).into_iter().find(|(name, _)| known.iter().all(|(k, _)| k != name))
        {
            None => Ok(()),
            Some((name, _)) => {
                Err(SettingError::new(name, "is no setting; docs/operations.md lists them all."))
            }
        }
    }

    /// Every setting as it is in force, secrets hidden.
    pub fn shown(&self, config: &impl Serialize) -> Vec<Setting> {
        let json = serde_json::to_value(config).unwrap_or_default();
        let plain = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let leaves = self.leaves(&json).into_iter();
        leaves.map(|(name, value)| Setting { name, value: plain(value) }).collect()
    }

    /// The settings of a tree, by their names in the environment.
    fn leaves(&self, tree: &Value) -> Vec<(String, Value)> {
        let mut found = Vec::new();
        walk(&[], tree, &mut |path, value| found.push((self.name_of(path), value.clone())));
        found
    }

    fn name_of(&self, path: &[&str]) -> String {
        match self.renamed {
            Some((renamed, name)) if renamed == path.join(".") => name.to_owned(),
            _ => format!("{}__{}", self.prefix, path.join("__").to_uppercase()),
        }
    }

    /// config's error, with the setting's name in front.
    fn wrong_type(&self, error: &config::ConfigError) -> SettingError {
        let text = error.to_string();
        let mut parts = text.splitn(3, '`');
        match (parts.next(), parts.next()) {
            (Some(problem), Some(key)) if problem.ends_with("for key ") => {
                let path: Vec<_> = key.split('.').collect();
                let problem = problem.trim_end_matches(" for key ");
                SettingError::new(self.name_of(&path), format!("has the wrong type: {problem}."))
            }
            _ => SettingError::new("The configuration", text),
        }
    }
}

fn walk<'a>(path: &[&'a str], value: &'a Value, found: &mut impl FnMut(&[&'a str], &'a Value)) {
    match value {
        Value::Object(map) => {
            for (key, child) in map {
                walk(&[path, &[key.as_str()]].concat(), child, found);
            }
        }
        value => found(path, value),
    }
}

/// This process's variables. What is not UTF-8 is shown as far as it is, and then refused as
/// malformed if it is a setting.
pub fn environment() -> impl Iterator<Item = (String, String)> {
    let text = |text: OsString| text.to_string_lossy().into_owned();
    std::env::vars_os().map(move |(name, value)| (text(name), text(value)))
}
