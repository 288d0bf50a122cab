use clap::Args;

use super::super::context::{CommandError, Context};
use crate::error::{Code, Diagnostic};

/// The arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Code, such as `no-tag-fits`, or as it was printed: `error[no-tag-fits]`.
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
}

pub(in crate::cli) fn run(
    args: &ExplainArgs,
    context: &mut Context<'_>,
) -> Result<(), CommandError> {
    let text = match &args.code {
        Some(text) => {
            let word = bare(text);
            let code = Code::named(word).ok_or_else(|| unknown(word))?;
            format!("{}\n", code.explanation())
        }
        None => all(),
    };
    Ok(context.terminal.data(&text)?)
}

/// Lists every code with its first sentence, in two columns.
fn all() -> String {
    let lengths = Code::ALL.iter().map(|code| code.as_str().len());
    let width = lengths.max().unwrap_or(0);
    let line = |code: &Code| format!("{:width$}  {}\n", code.as_str(), code.summary());
    Code::ALL.iter().map(line).collect()
}

/// Takes off what stands around a code where it is printed: `error[…]: message`.
fn bare(text: &str) -> &str {
    let inside = ["error[", "warning[", "["]
        .iter()
        .find_map(|before| text.trim().strip_prefix(before));
    match inside {
        Some(inside) => inside.split(']').next().unwrap_or(inside),
        None => text.trim(),
    }
}

fn unknown(word: &str) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::Usage, format!("there is no code `{word}`"));
    let word = word.to_ascii_lowercase().replace(['_', ' '], "-");
    let near = Code::ALL
        .iter()
        .map(|code| (strsim::damerau_levenshtein(&word, code.as_str()), *code))
        .filter(|(distance, code)| *distance <= 1.max(code.as_str().len() / 3))
        .min();
    match near {
        Some((_, code)) => diagnostic.help(format!("did you mean `{code}`?")),
        None => diagnostic.help("`imagelock explain` lists all codes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_may_be_given_as_it_is_printed() {
        for text in [
            "drift",
            " drift ",
            "error[drift]",
            "error[drift]: images.lock does not match images.toml",
            "warning[drift]",
            "[drift]",
        ] {
            assert_eq!(bare(text), "drift", "{text}");
        }
    }

    #[test]
    fn an_unknown_code_names_the_nearest() {
        for (word, help) in [
            ("no-tag-fit", "did you mean `no-tag-fits`?"),
            ("No_Tag_Fits", "did you mean `no-tag-fits`?"),
            ("dirft", "did you mean `drift`?"),
            ("E0308", "`imagelock explain` lists all codes"),
        ] {
            assert_eq!(unknown(word).help, [help]);
        }
    }

    #[test]
    fn the_list_has_a_line_for_every_code() {
        let text = all();
        assert_eq!(text.lines().count(), Code::ALL.len());
        let line = text.lines().find(|line| line.starts_with("drift "));
        assert!(
            line.unwrap()
                .ends_with("  The lock does not match the config.")
        );
    }
}
