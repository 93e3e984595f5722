using System.CommandLine;
using System.Net;

namespace NetworkingCourse.Host.Commands;

/// <summary>The options of <c>serve</c>. Whatever is served names those that it takes.</summary>
internal static class ServeOptions
{
    public static Option<int> Port { get; } = NumberOption.Create(
        "--port", "N", 0, 0, IPEndPoint.MaxPort, "a port number", "The port on 127.0.0.1; 0 lets the system choose.");

    public static Option<double> Think { get; } = NumberOption.Create(
        "--think", "MS", 1000, 0, TimeSpan.FromHours(1).TotalMilliseconds, "a think time in milliseconds", "The think time in milliseconds: what one answer costs.");

    public static Option<int> Workers { get; } = NumberOption.Create(
        "--workers", "N", 4, 1, 1000, "a number of workers", "How many workers, where the architecture has a fixed number.");
}
