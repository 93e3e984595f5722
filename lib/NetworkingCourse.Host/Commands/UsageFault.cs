using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;

namespace NetworkingCourse.Host.Commands;

/// <summary>Says in one line what of a command line is not understood, and what there is instead.</summary>
internal static class UsageFault
{
    /// <param name="parsed">The command line as the parser took it.</param>
    /// <param name="arguments">The command line as it was typed.</param>
    /// <returns>The line; null if there is nothing to object to.</returns>
    public static string? Of(ParseResult parsed, string[] arguments)
    {
        if (parsed.Action is HelpAction)
        {
            return null;
        }

        var command = parsed.CommandResult.Command;
        // The parser gives to an argument whatever is no option that it knows, also what its author meant as one.
        var literal = arguments.SkipWhile(word => word != "--").ToHashSet();
        var words = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value).Concat(parsed.UnmatchedTokens);
        if (words.FirstOrDefault(word => word.Length > 1 && word[0] == '-' && !literal.Contains(word)) is { } unknown)
        {
            return $"There is no option {unknown.Split('=')[0]}{Of(parsed)}. There are: {string.Join(", ", OptionsOf(parsed).Select(Usage))}.";
        }

        if (command != parsed.RootCommandResult.Command && parsed.RootCommandResult.Children.OfType<OptionResult>().FirstOrDefault(option => !option.Implicit) is { } misplaced)
        {
            return $"{misplaced.Option.Name} stands before '{command.Name}' and would be ignored: write it after.";
        }

        if (parsed.UnmatchedTokens is [var word, ..])
        {
            return command.Subcommands.Count > 0 ? UnknownCommand(command, word) : $"'{word}' is one word too many for '{command.Name}'. See --help.";
        }

        return parsed.Errors.Count == 0 ? null
            : parsed.Errors[0].SymbolResult is OptionResult { Tokens.Count: 0, Option: var option } ? $"{option.Name} needs a value: {Usage(option)}."
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
        parsed.CommandResult == parsed.RootCommandResult ? "" : $" of '{parsed.CommandResult.Command.Name}'";

    // What stands for every command, --help, stands with the command above.
    private static IEnumerable<Option> OptionsOf(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.Union(parsed.RootCommandResult.Command.Options.Where(option => option.Recursive)).Where(option => !option.Hidden);

    /// <summary>An option and what stands for its value: <c>--port N</c>.</summary>
    public static string Usage(Option option) => option.HelpName is { } value ? $"{option.Name} {value}" : option.Name;
}
