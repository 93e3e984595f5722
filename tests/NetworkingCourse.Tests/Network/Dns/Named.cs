using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using NetworkingCourse.Network;

namespace NetworkingCourse.Tests.Network.Dns;

/// <summary>BIND's name server with some zones, on a free port of 127.0.0.1 and with its files in a temporary folder.</summary>
internal sealed class Named : IAsyncDisposable
{
    private const int Tries = 5;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("course-named-");
    private readonly StringBuilder _log = new();
    private readonly TaskCompletionSource<bool> _isRunning = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process _process;

    private Named(IEnumerable<(string Origin, string Text)> zones)
    {
        // The port was free over UDP and TCP a moment ago.
        using (var sockets = DnsSockets.Bind(new IPEndPoint(IPAddress.Loopback, 0)))
        {
            EndPoint = sockets.EndPoint;
        }

        // A copy, because AppArmor's profile for the installed program does not allow it to read this folder.
        var program = Path.Combine(_folder.FullName, "named");
        File.Copy(Programs.Find("named"), program);
        File.WriteAllText(Path.Combine(_folder.FullName, "named.conf"), Configuration(zones));
        var start = new ProcessStartInfo(program, ["-g", "-n", "1", "-c", Path.Combine(_folder.FullName, "named.conf")])
        {
            RedirectStandardError = true,
            WorkingDirectory = _folder.FullName,
        };
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Exited += (_, _) => _isRunning.TrySetResult(false);
        _process.Start();
        _process.BeginErrorReadLine();
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Starts it, and waits until it answers.</summary>
    /// <param name="zones">The zones' names and files.</param>
    public static async Task<Named> StartAsync(IReadOnlyList<(string Origin, string Text)> zones)
    {
        for (var i = 1; ; i++)
        {
            var named = new Named(zones);
            var isRunning = await named._isRunning.Task.WaitAsync(Deadline);
            var log = named.Log;
            var isTaken = log.Contains("address in use", StringComparison.Ordinal);
            if (isRunning && !isTaken && !log.Contains("not loaded due to errors", StringComparison.Ordinal))
            {
                return named;
            }

            await named.DisposeAsync();
            Assert.True(isTaken && i < Tries, log);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    private void Take(string? line)
    {
        lock (_log)
        {
            _log.AppendLine(line);
        }

        if (line?.EndsWith(" running", StringComparison.Ordinal) == true)
        {
            _isRunning.TrySetResult(true);
        }
    }

    // An authoritative server and nothing else. Like ours, it leaves the authority section of positive answers empty and
    // accepts zones that are valid but unwise.
    private string Configuration(IEnumerable<(string Origin, string Text)> zones)
    {
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $$"""
            options {
                directory "{{_folder.FullName}}"; pid-file none; session-keyfile none; lock-file none;
                listen-on port {{EndPoint.Port}} { 127.0.0.1; }; listen-on-v6 { none; };
                recursion no; notify no; allow-transfer { none; }; dnssec-validation no; empty-zones-enable no;
                minimal-responses no-auth; zero-no-soa-ttl no; max-records-per-type 0; max-udp-size 1232; edns-udp-size 1232;
                check-integrity no; check-wildcard no; check-sibling no;
                check-names primary ignore; check-mx ignore; check-mx-cname ignore;
            };
            controls { };

            """));
        foreach (var (i, zone) in zones.Index())
        {
            var file = Path.Combine(_folder.FullName, string.Create(CultureInfo.InvariantCulture, $"{i}.zone"));
            File.WriteAllText(file, zone.Text + "\n");
            text.AppendLine(CultureInfo.InvariantCulture, $"zone \"{zone.Origin}\" {{ type primary; file \"{file}\"; }};");
        }

        return text.ToString();
    }
}
