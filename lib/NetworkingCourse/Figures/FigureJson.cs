using System.Text.Json.Serialization;

namespace NetworkingCourse.Figures;

/// <summary>Figures to and from JSON, by generated code: no reflection when the first figure of a notebook is shown.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Figure))]
internal sealed partial class FigureJson : JsonSerializerContext;
