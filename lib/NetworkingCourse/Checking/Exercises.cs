using System.Reflection;

namespace NetworkingCourse;

/// <summary>
/// The exercises of the course. Each is defined in a file of its own beside the code of its chapter, which adds a property here.
/// </summary>
public static partial class Exercises
{
    /// <summary>All exercises, in the order in which the course sets them.</summary>
    public static IReadOnlyList<Checking.Exercise> All =>
    [
        .. typeof(Exercises).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Where(property => typeof(Checking.Exercise).IsAssignableFrom(property.PropertyType))
            .Select(property => (Checking.Exercise)property.GetValue(null)!)
            .OrderBy(exercise => Version.Parse(exercise.Lesson)) // 4.10 comes after 4.9
            .ThenBy(exercise => exercise.Number),
    ];
}
