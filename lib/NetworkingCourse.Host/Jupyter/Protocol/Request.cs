using System.Text.Json.Nodes;

namespace NetworkingCourse.Host.Jupyter.Protocol;

/// <summary>A message from a front end.</summary>
/// <param name="Identities">The identities of the sender, with which a reply begins.</param>
/// <param name="Header">The header as received, which is the parent header of every answer.</param>
/// <param name="Type">The message type.</param>
/// <param name="Content">The content.</param>
internal sealed record Request(IReadOnlyList<byte[]> Identities, ReadOnlyMemory<byte> Header, string Type, JsonObject Content)
{
    /// <summary>The parent of messages that do not answer a request.</summary>
    public static Request None { get; } = new([], "{}"u8.ToArray(), "", []);

    /// <summary>A string in the content; null if there is none of this name.</summary>
    public string? Text(string name) => Content[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>A Boolean in the content; <paramref name="otherwise"/> if there is none of this name.</summary>
    public bool Flag(string name, bool otherwise = false) =>
        Content[name] is JsonValue value && value.TryGetValue(out bool flag) ? flag : otherwise;

    /// <summary>An integer in the content; <paramref name="otherwise"/> if there is none of this name.</summary>
    public int Number(string name, int otherwise) =>
        Content[name] is JsonValue value && value.TryGetValue(out int number) ? number : otherwise;
}
