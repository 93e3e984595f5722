using System.Text.Json.Serialization;

namespace NetworkingCourse.Figures;

/// <summary>
/// Converts figures to and from JSON with generated code, which avoids reflection when a notebook shows its first figure.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Figure))]
internal sealed partial class FigureJson : JsonSerializerContext;
