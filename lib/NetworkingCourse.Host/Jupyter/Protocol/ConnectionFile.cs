using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetworkingCourse.Host.Jupyter.Protocol;

/// <summary>
/// Where a kernel shall listen and what its messages are signed with, as a front end writes it for the kernel that it starts
/// (jupyter_client, "Making kernels for Jupyter", Connection files).
/// </summary>
/// <param name="Address">The address, a loopback one.</param>
/// <param name="Ports">The port of each channel.</param>
/// <param name="Scheme">How messages are signed: <c>hmac-sha256</c>.</param>
/// <param name="Key">The shared secret; empty: messages are not signed.</param>
internal sealed record ConnectionFile(IPAddress Address, ChannelPorts Ports, string Scheme, string Key)
{
    /// <summary>Reads the file.</summary>
    /// <exception cref="FormatException">It is no connection file, or asks for what this kernel does not do. The message is one line.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ConnectionFile Read(string path)
    {
        try
        {
            return Parse(path, JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? throw new FormatException($"{path} is no connection file: it holds no object."));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new FormatException($"{path} is no connection file: {exception.Message}", exception);
        }
    }

    private static ConnectionFile Parse(string path, JsonObject json)
    {
        var transport = (string?)json["transport"] ?? "tcp";
        if (transport != "tcp")
        {
            throw new FormatException($"{path} asks for the transport '{transport}'; this kernel speaks tcp.");
        }

        var ip = (string?)json["ip"] ?? "127.0.0.1";
        // Whoever can connect and knows the key runs code here, and what is said can be read on the way.
        if (!IPAddress.TryParse(ip == "localhost" ? "127.0.0.1" : ip, out var address) || !IPAddress.IsLoopback(address))
        {
            throw new FormatException($"{path} asks the kernel to listen on {ip}; this kernel listens on this machine's loopback (127.0.0.1) only.");
        }

        var ports = new ChannelPorts(Port("shell_port"), Port("control_port"), Port("iopub_port"), Port("stdin_port"), Port("hb_port"));
        return new ConnectionFile(address, ports, (string?)json["signature_scheme"] ?? Signature.Sha256, (string?)json["key"] ?? "");

        int Port(string name) => (int?)json[name] is { } port and > 0 and <= IPEndPoint.MaxPort
            ? port
            : throw new FormatException($"{path} names no {name}.");
    }
}

/// <summary>The port of each of a kernel's sockets.</summary>
internal sealed record ChannelPorts(int Shell, int Control, int IoPub, int StandardInput, int Heartbeat);
