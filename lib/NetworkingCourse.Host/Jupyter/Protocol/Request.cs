using System.Text.Json.Nodes;

namespace NetworkingCourse.Host.Jupyter.Protocol;

/// <summary>A message from a front end.</summary>
/// <param name="Identities">Who sent it: what a reply begins with.</param>
/// <param name="Header">Its header, as it came: what everything that answers it names as its parent.</param>
/// <param name="Type">Its type.</param>
/// <param name="Content">What it says.</param>
internal sealed record Request(IReadOnlyList<byte[]> Identities, ReadOnlyMemory<byte> Header, string Type, JsonObject Content)
{
    /// <summary>What stands for the parent of messages that answer nobody.</summary>
    public static Request None { get; } = new([], "{}"u8.ToArray(), "", []);

    /// <summary>A text in the content; null if there is none of this name.</summary>
    public string? Text(string name) => Content[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>A truth value in the content.</summary>
    public bool Flag(string name, bool otherwise = false) => Content[name] is JsonValue value && value.TryGetValue(out bool flag) ? flag : otherwise;

    /// <summary>A whole number in the content.</summary>
    public int Number(string name, int otherwise) => Content[name] is JsonValue value && value.TryGetValue(out int number) ? number : otherwise;
}
