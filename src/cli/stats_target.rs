use std::path::PathBuf;
use std::str::FromStr;

use clap::ValueEnum as _;

use super::output_format::OutputFormat;

/// A form of a run's figures, and the file it goes to: none is standard error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatsTarget {
    pub(super) form: OutputFormat,
    pub(super) path: Option<PathBuf>,
}

impl FromStr for StatsTarget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (form_name, path) = match text.split_once('=') {
            Some((form_name, path)) => (form_name, Some(path)),
            None => (text, None),
        };
        let form = OutputFormat::from_str(form_name, false)
            .map_err(|_| format!("`{form_name}` is none of text, json"))?;
        match path {
            Some("") => Err("the file's name is missing after `=`".into()),
            Some("-") => Err(format!(
                "standard output is for the result; `{form_name}` alone goes to standard error"
            )),
            path => Ok(Self {
                form,
                path: path.map(Into::into),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_form_and_perhaps_a_file() {
        let target = |form, path: Option<&str>| {
            Ok(StatsTarget {
                form,
                path: path.map(Into::into),
            })
        };
        assert_eq!("json".parse(), target(OutputFormat::Json, None));
        assert_eq!("text=a=b".parse(), target(OutputFormat::Text, Some("a=b")));
        for wrong in ["", "yaml", "json=", "json=-"] {
            assert!(wrong.parse::<StatsTarget>().is_err(), "{wrong}");
        }
    }
}
