using System.Diagnostics;

namespace NetworkingCourse.Tests.Application;

/// <summary>Runs curl with the proxy of a little internet, whose certificate authority alone it trusts.</summary>
internal sealed class Curl : IDisposable
{
    private readonly string _root = Path.GetTempFileName();
    private readonly World _world;

    public Curl(World world)
    {
        _world = world;
        File.WriteAllText(_root, world.Internet.Authority.Certificate.ExportCertificatePem());
    }

    /// <summary>Runs curl until it exits.</summary>
    public async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Programs.Find("curl")) { RedirectStandardOutput = true, RedirectStandardError = true };
        // -q: no configuration file; --noproxy '': use the proxy for every name, whatever the environment says.
        string[] fixedArguments =
        [
            "-q", "-sS", "-i",
            "--max-time", "20",
            "--noproxy", "",
            "-x", _world.Proxy.Address.ToString(),
            "--cacert", _root,
        ];
        foreach (var argument in fixedArguments.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        using var curl = Process.Start(start)!;
        var (output, errors) = (curl.StandardOutput.ReadToEndAsync(), curl.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(World.Deadline);
        await curl.WaitForExitAsync(limit.Token);
        return (curl.ExitCode, await output, await errors);
    }

    public void Dispose() => File.Delete(_root);
}
