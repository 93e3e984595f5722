using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net.Sockets;

namespace NetworkingCourse.Host.Commands;

/// <summary>
/// <c>serve</c>: runs one server in the foreground on loopback, for netcat or any other client in a second terminal.
/// </summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var what = new Argument<string?>("server")
        {
            Description = $"The server to run, by its name from 'serve --list': {Names()}.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var list = new Option<bool>("--list") { Description = "List the servers, one per line, the name first." };
        var command = new Command("serve", "Run one server on loopback until Ctrl-C, and show its log live.")
        {
            what, list, ServeOptions.Quiet,
        };
        foreach (var option in Served.All.SelectMany(served => served.Options).Distinct())
        {
            command.Add(option);
        }

        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(list))
            {
                List();
                return ExitCode.Success;
            }

            if (parsed.GetValue(what) is not { } name)
            {
                return ExitCode.BadInput($"Say which server: {Names()}. 'serve --list' describes them.");
            }

            return Served.Find(name) is { } served
                ? await ServeAsync(served, parsed, cancellation).ConfigureAwait(false)
                : ExitCode.BadInput($"There is no server '{name}'. Choose one of: {Names()}.");
        });
        return command;
    }

    private static async Task<int> ServeAsync(Served served, ParseResult parsed, CancellationToken cancellation)
    {
        var foreign = parsed.CommandResult.Children
            .OfType<OptionResult>()
            .FirstOrDefault(given =>
                !given.Implicit && given.Option != ServeOptions.Quiet && !served.Options.Contains(given.Option));
        if (foreign is not null)
        {
            var taken = string.Join(", ", served.Options.Select(UsageFault.Usage));
            return ExitCode.BadInput($"{foreign.Option.Name} does not apply to '{served.Name}'. It takes: {taken}.");
        }

        try
        {
            await Serving.RunAsync(() => served.Start(parsed), parsed.GetValue(ServeOptions.Quiet), cancellation)
                .ConfigureAwait(false);
            return ExitCode.Success;
        }
        catch (PlatformNotSupportedException exception)
        {
            return ExitCode.BadInput(exception.Message);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            return ExitCode.BadInput(
                $"--{exception.ParamName?.ToLowerInvariant()}: {exception.Message.Split('\n', '(')[0].Trim()}");
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressAlreadyInUse)
        {
            return ExitCode.BadInput(
                $"Port {Ports(parsed)} is in use by another program. Choose another, or omit --port to get a free one.");
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AccessDenied)
        {
            return ExitCode.BadInput($"Port {Ports(parsed)} is not allowed for ordinary users. "
                + "Choose one above 1023, or omit --port to get a free one.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ExitCode.BadInput(exception.Message);
        }
    }

    // All requested ports: the system does not say which of two it refused.
    private static string Ports(ParseResult parsed) => string.Join(
        " or ",
        new[] { parsed.GetValue(ServeOptions.Port), parsed.GetValue(ServeOptions.TlsPort) }.Where(port => port != 0));

    private static string Names() => string.Join(", ", Served.All.Select(served => served.Name));

    private static void List()
    {
        var width = Served.All.Max(served => served.Name.Length);
        foreach (var served in Served.All)
        {
            Console.WriteLine($"{served.Name.PadRight(width)}  {served.Summary}");
        }
    }
}
