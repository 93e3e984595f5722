namespace NetworkingCourse.Host.Bundle;

/// <summary>What the SDK has got for one system.</summary>
/// <param name="Folder">The folder of the built programs.</param>
/// <param name="Packages">The folder of NuGet's packages.</param>
internal sealed record Parts(string Folder, string Packages)
{
    public const string Host = "NetworkingCourse.Host";
    public const string Worker = "NetworkingCourse.Worker";

    /// <summary>The folder of a package.</summary>
    public string Package(string name, string version) =>
        Path.Combine(Packages, name.ToLowerInvariant(), version.ToLowerInvariant());
}
