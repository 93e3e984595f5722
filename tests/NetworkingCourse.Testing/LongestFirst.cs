using Xunit.Abstractions;

namespace NetworkingCourse.Testing;

/// <summary>
/// Starts the test collections that take longest first. Otherwise one of them may be left over at the end, alone, while the
/// other cores are idle.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    /// <summary>The full name of this type, as the attribute of an assembly wants it.</summary>
    public const string TypeName = "NetworkingCourse.Testing.LongestFirst";

    /// <summary>The name of its assembly.</summary>
    public const string AssemblyName = "NetworkingCourse.Testing";

    // The ends of the collections' names: that of a collection, or of the class that is one by itself.
    private static readonly string[] Longest =
    [
        "Jupyter", "RunCommandTests", "OracleTests", "Front ends", "CaptureCommandTests", "CleanUpTests", "BenchCommandTests",
        "LateOutputTests",
        "TransportAnswersTests", "ApplicationAnswersTests", "NetworkAnswersTests", "FaultMatrixTests", "ProxyTests",
        "AllFaultsAtOnceTests", "UtilisationTests", "InternetTests", "StopTests",
    ];

    /// <inheritdoc/>
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection => PlaceOf(collection.DisplayName));

    private static int PlaceOf(string collection)
    {
        var place = Array.FindIndex(Longest, name => collection.EndsWith(name, StringComparison.Ordinal));
        return place < 0 ? Longest.Length : place;
    }
}
