using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetworkingCourse.Host.Jupyter.Protocol;

/// <summary>
/// The file in which a front end tells the kernel that it starts where to listen and how to sign messages (jupyter_client,
/// "Making kernels for Jupyter", Connection files).
/// </summary>
/// <param name="Address">The address, which is a loopback address.</param>
/// <param name="Ports">The port of each channel.</param>
/// <param name="Scheme">The signature scheme: <c>hmac-sha256</c>.</param>
/// <param name="Key">The shared secret; if it is empty, messages are not signed.</param>
internal sealed record ConnectionFile(IPAddress Address, ChannelPorts Ports, string Scheme, string Key)
{
    /// <summary>Reads the file.</summary>
    /// <exception cref="FormatException">
    /// The file is not a connection file, or asks for something that this kernel does not support. The message is one line.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ConnectionFile Read(string path)
    {
        try
        {
            return Parse(
                path,
                JsonNode.Parse(File.ReadAllText(path)) as JsonObject
                    ?? throw new FormatException($"{path} is not a connection file: it contains no object."));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new FormatException($"{path} is not a connection file: {exception.Message}", exception);
        }
    }

    private static ConnectionFile Parse(string path, JsonObject json)
    {
        var transport = (string?)json["transport"] ?? "tcp";
        if (transport != "tcp")
        {
            throw new FormatException($"{path} asks for the transport '{transport}'; this kernel supports only tcp.");
        }

        var ip = (string?)json["ip"] ?? "127.0.0.1";
        // Any client that can connect and knows the key can run code here, and the messages are not encrypted.
        if (!IPAddress.TryParse(ip == "localhost" ? "127.0.0.1" : ip, out var address) || !IPAddress.IsLoopback(address))
        {
            throw new FormatException(
                $"{path} asks the kernel to listen on {ip}; this kernel listens only on the loopback address (127.0.0.1).");
        }

        var ports = new ChannelPorts(
            Port("shell_port"), Port("control_port"), Port("iopub_port"), Port("stdin_port"), Port("hb_port"));
        return new ConnectionFile(
            address, ports, (string?)json["signature_scheme"] ?? Signature.Sha256, (string?)json["key"] ?? "");

        int Port(string name) => (int?)json[name] is { } port and > 0 and <= IPEndPoint.MaxPort
            ? port
            : throw new FormatException($"{path} contains no valid {name}.");
    }
}

/// <summary>The port of each of a kernel's sockets.</summary>
internal sealed record ChannelPorts(int Shell, int Control, int IoPub, int StandardInput, int Heartbeat);
