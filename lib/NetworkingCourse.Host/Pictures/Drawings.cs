namespace NetworkingCourse.Host.Pictures;

/// <summary>The pictures in the lessons that show no measurement.</summary>
internal static class Drawings
{
    /// <summary>The path of each picture, below the folder of notebooks, and what draws it.</summary>
    public static IReadOnlyList<(string File, Func<string> Draw)> All { get; } =
    [
        ("images/stack.svg", Encapsulation.Draw),
        ("images/load-balancer.svg", ClientsAndOrigins.Draw),
    ];
}
