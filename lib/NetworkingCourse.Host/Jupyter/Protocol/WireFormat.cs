using System.Text.Json;
using System.Text.Json.Nodes;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Jupyter.Protocol;

/// <summary>
/// Converts between messages and frames: identities, a delimiter, the signature, then header, parent header, metadata and content
/// as JSON, then buffers (jupyter_client, "Messaging in Jupyter", The wire protocol).
/// </summary>
/// <param name="signature">Signs and verifies messages.</param>
internal sealed class WireFormat(Signature signature)
{
    /// <summary>The version of the protocol.</summary>
    public const string Version = "5.3";

    private const int PartsAfterDelimiter = 5;

    private static readonly byte[] Delimiter = "<IDS|MSG>"u8.ToArray();
    private static readonly byte[] Nothing = "{}"u8.ToArray();
    private static readonly JsonWriterOptions Plain = new() { Encoder = new PlainJsonEncoder() };
    private static readonly JsonDocumentOptions NoNameTwice = new() { AllowDuplicateProperties = false };

    private readonly string _session = Guid.NewGuid().ToString();

    /// <summary>Parses a message.</summary>
    /// <returns>The message; or, if it cannot be trusted or understood, what is wrong with it.</returns>
    public (Request? Request, string? Fault) Read(IReadOnlyList<byte[]> frames)
    {
        var delimiter = 0;
        while (delimiter < frames.Count && !frames[delimiter].AsSpan().SequenceEqual(Delimiter))
        {
            delimiter++;
        }

        if (frames.Count < delimiter + 1 + PartsAfterDelimiter)
        {
            return (null, delimiter == frames.Count ? "it has no delimiter" : "parts of it are missing");
        }

        var (header, parent, metadata, content) =
            (frames[delimiter + 2], frames[delimiter + 3], frames[delimiter + 4], frames[delimiter + 5]);
        if (!signature.IsRight(frames[delimiter + 1], header, parent, metadata, content))
        {
            return (null, "its signature is wrong");
        }

        try
        {
            return Parse([.. frames.Take(delimiter)], header, content);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return (null, $"it is not JSON: {exception.Message.TrimEnd('.')}");
        }
    }

    /// <summary>Builds a message.</summary>
    /// <param name="to">The frames before the delimiter: the identities of the receiver, or the topic of a broadcast.</param>
    /// <param name="type">The message type.</param>
    /// <param name="parent">The request that it answers.</param>
    /// <param name="content">The content.</param>
    public IReadOnlyList<byte[]> Write(IReadOnlyList<byte[]> to, string type, Request parent, JsonObject content)
    {
        var header = Bytes(new JsonObject
        {
            ["msg_id"] = Guid.NewGuid().ToString(),
            ["msg_type"] = type,
            ["username"] = "kernel",
            ["session"] = _session,
            ["date"] = DateTime.UtcNow.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            ["version"] = Version,
        });
        var parentHeader = parent.Header.ToArray();
        var said = Bytes(content);
        return [.. to, Delimiter, signature.Of(header, parentHeader, Nothing, said), header, parentHeader, Nothing, said];
    }

    private static (Request? Request, string? Fault) Parse(IReadOnlyList<byte[]> identities, byte[] header, byte[] content)
    {
        if (Read(header) is not { } head || head["msg_type"] is not JsonValue type || !type.TryGetValue(out string? name))
        {
            return (null, "its header contains no message type");
        }

        return Read(content) is { } said
            ? (new Request(identities, header, name, said), null)
            : (null, $"the content of this {name} is not an object");
    }

    /// <summary>
    /// Reads an object completely. Otherwise duplicate names, or strings that are not valid text, would fail only when they are
    /// used.
    /// </summary>
    /// <exception cref="JsonException">It is not JSON, or an object contains the same name twice.</exception>
    /// <exception cref="InvalidOperationException">A string is not valid UTF-8, or contains half a surrogate pair.</exception>
    private static JsonObject? Read(byte[] json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
            {
                _ = reader.GetString();
            }
        }

        return JsonNode.Parse(json, documentOptions: NoNameTwice) as JsonObject;
    }

    private static byte[] Bytes(JsonObject json)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Plain))
        {
            json.WriteTo(writer);
        }

        return stream.ToArray();
    }
}
