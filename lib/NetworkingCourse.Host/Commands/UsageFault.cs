using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;

namespace NetworkingCourse.Host.Commands;

/// <summary>Describes in one line what is wrong with a command line, and what would be valid instead.</summary>
internal static class UsageFault
{
    /// <param name="parsed">The parsed command line.</param>
    /// <param name="arguments">The command line as typed.</param>
    /// <returns>The description; null if the command line is valid.</returns>
    public static string? Of(ParseResult parsed, string[] arguments)
    {
        if (parsed.Action is HelpAction)
        {
            return null;
        }

        var command = parsed.CommandResult.Command;
        // The parser treats an unknown option as an argument.
        var literal = arguments.SkipWhile(word => word != "--").ToHashSet();
        var words = parsed.CommandResult.Children
            .OfType<ArgumentResult>()
            .SelectMany(argument => argument.Tokens)
            .Select(token => token.Value)
            .Concat(parsed.UnmatchedTokens);
        if (words.FirstOrDefault(word => word.Length > 1 && word[0] == '-' && !literal.Contains(word)) is { } unknown)
        {
            var known = string.Join(", ", OptionsOf(parsed).Select(Usage));
            return $"There is no option {unknown.Split('=')[0]}{Of(parsed)}. There are: {known}.";
        }

        var misplaced = parsed.RootCommandResult.Children.OfType<OptionResult>().FirstOrDefault(option => !option.Implicit);
        if (command != parsed.RootCommandResult.Command && misplaced is not null)
        {
            return $"{misplaced.Option.Name} comes before '{command.Name}' and would be ignored: write it after the command.";
        }

        if (parsed.UnmatchedTokens is [var word, ..])
        {
            return command.Subcommands.Count > 0
                ? UnknownCommand(command, word)
                : $"'{word}' is one argument too many for '{command.Name}'. See --help.";
        }

        return parsed.Errors.Count == 0 ? null
            : parsed.Errors[0].SymbolResult is OptionResult { Tokens.Count: 0, Option: var option }
            ? $"{option.Name} needs a value: {Usage(option)}."
            : $"{parsed.Errors[0].Message.TrimEnd('.')}. See --help.";
    }

    private static string UnknownCommand(Command command, string word)
    {
        var names = string.Join(", ", command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name));
        return File.Exists(word) || Directory.Exists(word)
            ? $"To run {word}, write 'run' before it: run {word}"
            : $"There is no command '{word}'. There are: {names}; without a command every notebook is run. See --help.";
    }

    private static string Of(ParseResult parsed) =>
        parsed.CommandResult == parsed.RootCommandResult ? "" : $" for '{parsed.CommandResult.Command.Name}'";

    // Options that every command has, such as --help, belong to the root command.
    private static IEnumerable<Option> OptionsOf(ParseResult parsed) =>
        parsed.CommandResult.Command.Options
            .Union(parsed.RootCommandResult.Command.Options.Where(option => option.Recursive))
            .Where(option => !option.Hidden);

    /// <summary>An option with the placeholder for its value, such as <c>--port N</c>.</summary>
    public static string Usage(Option option) => option.HelpName is { } value ? $"{option.Name} {value}" : option.Name;
}
