//! Help and complaints about the command line, in Swedish. clap speaks English; its words are replaced here, in one place.

use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};

use super::output::say;

const TEMPLATE: &str = "{about-with-newline}\nAnvändning: {usage}\n\n{all-args}{after-help}";

/// The heading of the configuration, which only the program's own help shows.
const SETTINGS: &str = "Inställningar för alla kommandon";

/// Gives a command and all its subcommands Swedish headings and help texts.
pub(super) fn in_swedish(command: Command) -> Command {
    let mut command = translated(command).after_help(
        "Inställningarna kan också ges som de variabler som står inom parentes. En flagga går före en variabel.",
    );
    // Only a built command knows its whole name and the flags that every command takes.
    command.build();
    polished(command, 0)
}

fn translated(command: Command) -> Command {
    let names = subcommand_names(&command);
    let flag = |name: &'static str, short, action, help| {
        Arg::new(name).short(short).long(name).action(action).help(help).help_heading("Flaggor")
    };
    let mut command = command
        .help_template(TEMPLATE)
        .subcommand_help_heading("Kommandon")
        .subcommand_value_name("KOMMANDO")
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .mut_args(|arg| {
            let heading = if arg.is_positional() { "Värden" } else { "Flaggor" };
            if arg.get_help_heading().is_none() { arg.help_heading(heading) } else { arg }
        })
        .mut_args(with_source_and_default)
        .mut_args(without_empty_variable)
        .arg(flag("help", 'h', ArgAction::Help, "Visa den här hjälpen"));
    if command.get_version().is_some() {
        command = command.arg(flag("version", 'V', ArgAction::Version, "Visa programmets version"));
    }
    names.into_iter().fold(command, |command, name| command.mut_subcommand(name, translated))
}

/// Writes out, in Swedish, what clap would have written in English: the variable, the default and the possible values.
fn with_source_and_default(arg: Arg) -> Arg {
    if !arg.get_action().takes_values() {
        return arg;
    }
    let mut notes = Vec::new();
    let choices: Vec<String> =
        arg.get_possible_values().iter().map(|choice| choice.get_name().to_owned()).collect();
    if !choices.is_empty() {
        notes.push(format!("möjliga värden: {}", choices.join(", ")));
    }
    if let [default] = arg.get_default_values() {
        notes.push(format!("förval: {}", default.to_string_lossy()));
    }
    if let Some(variable) = arg.get_env() {
        notes.push(variable.to_string_lossy().into_owned());
    }
    let arg = arg.hide_env(true).hide_default_value(true).hide_possible_values(true);
    match arg.get_help().map(ToString::to_string) {
        Some(help) if !notes.is_empty() => arg.help(format!("{help} ({})", notes.join("; "))),
        _ => arg,
    }
}

/// A variable that is set to nothing is not set: that is how compose files and service units leave one out.
fn without_empty_variable(arg: Arg) -> Arg {
    let is_empty = arg.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
    if is_empty { arg.env(None) } else { arg }
}

fn polished(mut command: Command, depth: usize) -> Command {
    let names = subcommand_names(&command);
    let usage = command.render_usage().to_string();
    command = command.override_usage(usage.trim_start_matches("Usage: ").replace("[OPTIONS]", "[FLAGGOR]"));
    if depth > 0 {
        let is_setting = |arg: &Arg| arg.get_help_heading() == Some(SETTINGS);
        command = command
            .mut_args(|arg| if is_setting(&arg) { arg.hide(true) } else { arg })
            .after_help("Inställningar för alla kommandon visas av overblick --help.");
    }
    names
        .into_iter()
        .fold(command, |command, name| command.mut_subcommand(name, |sub| polished(sub, depth + 1)))
}

fn subcommand_names(command: &Command) -> Vec<String> {
    command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect()
}

/// Shows what clap has to say: help on standard output with status 0, a complaint on standard error with status 2.
pub(super) fn report(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // Nobody to tell if standard output is closed.
            let _unheard = error.print();
            ExitCode::SUCCESS
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _unheard = error.print();
            ExitCode::from(2)
        }
        _ => {
            say(&complaint(error));
            say("Skriv overblick --help, eller --help efter ett kommando, för hjälp.");
            ExitCode::from(2)
        }
    }
}

fn complaint(error: &clap::Error) -> String {
    let context = |kind| error.get(kind).map(words).unwrap_or_default();
    let arg = || context(ContextKind::InvalidArg);
    let value = || context(ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::MissingRequiredArgument => format!("Ange {}.", arg()),
        ErrorKind::MissingSubcommand => "Ange ett kommando.".to_owned(),
        ErrorKind::InvalidSubcommand => match suggestion(error, ContextKind::SuggestedSubcommand) {
            Some(other) => {
                format!(
                    "Kommandot {} finns inte. Menade du {other}?",
                    context(ContextKind::InvalidSubcommand)
                )
            }
            None => format!("Kommandot {} finns inte.", context(ContextKind::InvalidSubcommand)),
        },
        ErrorKind::UnknownArgument => match suggestion(error, ContextKind::SuggestedArg) {
            Some(other) => format!("{} finns inte. Menade du {other}?", arg()),
            None => format!("{} finns inte.", arg()),
        },
        ErrorKind::InvalidValue if value().is_empty() => format!("Ange ett värde för {}.", arg()),
        ErrorKind::InvalidValue => {
            format!("{} kan inte vara {}. Välj bland: {}.", arg(), value(), context(ContextKind::ValidValue))
        }
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map(|cause| format!(" {cause}.")).unwrap_or_default();
            format!("{} kan inte vara {}.{}", arg(), value(), why.replace("..", "."))
        }
        ErrorKind::ArgumentConflict => {
            format!("{} kan inte användas flera gånger eller ihop med de andra.", arg())
        }
        ErrorKind::InvalidUtf8 => "Kommandoraden innehåller tecken som inte är UTF-8.".to_owned(),
        _ => format!("Kommandot gick inte att tolka. {}", arg()),
    }
}

fn suggestion(error: &clap::Error, kind: ContextKind) -> Option<String> {
    error.get(kind).map(words).filter(|text| !text.is_empty())
}

fn words(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;

    fn complaint_about(args: &[&str]) -> (ErrorKind, String) {
        let args = std::iter::once(&"overblick").chain(args);
        let error = in_swedish(Cli::command()).try_get_matches_from(args).unwrap_err();
        (error.kind(), complaint(&error))
    }

    #[test]
    fn the_definition_of_the_command_line_holds_together() {
        in_swedish(Cli::command()).debug_assert();
    }

    #[test]
    fn a_mistyped_command_gets_a_swedish_suggestion() {
        assert_eq!(complaint_about(&["migrat"]).1, "Kommandot migrat finns inte. Menade du migrate?");
    }

    #[test]
    fn a_missing_and_an_unknown_flag_are_named() {
        assert_eq!(complaint_about(&["tenant", "create", "--slug", "a"]).1, "Ange --name <NAMN>.");
        assert_eq!(complaint_about(&["migrate", "--nonsense"]).1, "--nonsense finns inte.");
    }

    #[test]
    fn a_wrong_value_is_named_with_the_possible_ones() {
        let (kind, text) = complaint_about(&["migrate", "--log-format", "xml"]);
        assert_eq!(kind, ErrorKind::InvalidValue);
        assert_eq!(text, "--log-format <FORM> kan inte vara xml. Välj bland: text, json.");
        let (_, text) = complaint_about(&["migrate", "--base-url", "ftp://a"]);
        assert!(text.ends_with("till exempel https://overblick.example.se."), "{text}");
    }

    #[test]
    fn no_help_text_is_left_in_english() {
        fn texts(command: &Command, into: &mut String) {
            into.push_str(&command.clone().render_long_help().to_string());
            command.get_subcommands().filter(|sub| !sub.is_hide_set()).for_each(|sub| texts(sub, into));
        }
        let mut command = in_swedish(Cli::command());
        command.build();
        let mut text = String::new();
        texts(&command, &mut text);
        for word in
            ["Usage", "OPTIONS", "Options:", "Arguments:", "Commands:", "Print", "ossible", "default", "One "]
        {
            assert!(!text.contains(word), "{word} in:\n{text}");
        }
    }
}
