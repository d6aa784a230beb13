//! The help of `auricle` itself, with its subcommands in groups.

use std::fmt::Write;

use clap::Command;

/// The groups in their order, each with its subcommands.
const GROUPS: [(&str, &[&str]); 5] = [
    (
        "Library",
        &["index", "status", "verify", "prune", "remove", "relocate", "roots", "duplicates", "reindex", "export"],
    ),
    ("Search", &["search", "similar", "clip", "serve"]),
    ("Labels", &["label", "labels", "teach", "suggest", "heads", "prompts"]),
    ("Models", &["models", "eval", "bench"]),
    ("Other", &["embed", "inspect", "demo", "completions", "man", "help"]),
];

/// Summary of the subcommand that clap adds itself.
const HELP_ABOUT: &str = "Print the help of a command";

/// `command` with its subcommands listed by group in its help.
pub(super) fn with_grouped_help(command: Command) -> Command {
    let listing = listing(&command);
    let header = command.get_styles().get_header();
    let usage = "{before-help}{about}\n\n{usage-heading} {usage}";
    let template = format!("{usage}\n\n{listing}{header}Options:{header:#}\n{{options}}{{after-help}}");
    command.help_template(template)
}

fn listing(command: &Command) -> String {
    let styles = command.get_styles();
    let (header, literal) = (styles.get_header(), styles.get_literal());
    let width = GROUPS.iter().flat_map(|(_, names)| *names).map(|name| name.len()).max().unwrap_or(0);
    let mut listing = String::new();
    for (group, names) in GROUPS {
        // Writing to a string cannot fail.
        let _ = writeln!(listing, "{header}{group}:{header:#}");
        for name in names {
            let Some(about) = about(command, name) else { continue };
            let _ = writeln!(listing, "  {literal}{name:width$}{literal:#}  {about}");
        }
        listing.push('\n');
    }
    listing
}

/// The summary of the subcommand called `name`, if this build has it.
fn about(command: &Command, name: &str) -> Option<String> {
    if name == "help" {
        return Some(HELP_ABOUT.to_owned());
    }
    command.find_subcommand(name)?.get_about().map(ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_subcommand_is_in_one_group_in_the_order_of_the_help() {
        let command = crate::cli::command_line();
        let names: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
        let grouped = GROUPS.iter().flat_map(|(_, names)| *names).copied();
        let grouped: Vec<&str> = grouped.filter(|name| *name != "help" && about(&command, name).is_some()).collect();
        assert_eq!(grouped, names);
    }
}
