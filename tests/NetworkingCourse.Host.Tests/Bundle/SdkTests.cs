using NetworkingCourse.Host.Bundle;

namespace NetworkingCourse.Host.Tests.Bundle;

/// <summary>What the SDK's words mean, and what the author is told to do.</summary>
public sealed class SdkTests
{
    [Theory]
    [InlineData(
        "p.csproj : error NU1301: Unable to load the service index for source https://api.nuget.org/v3/index.json.",
        "cannot be reached. Connect this machine to a network")]
    [InlineData("p.csproj : error NU1101: Unable to find package X. No packages exist", "does not serve the runtime")]
    [InlineData("p.csproj : error NU1102: Unable to find package X with version (= 10.0.99)", "Leave this system out with --for")]
    [InlineData("error : No space left on device : '/x'", "The disk is full. Make room")]
    [InlineData("You must install .NET.\nNo .NET SDKs were found.", "needs the .NET 10 SDK")]
    [InlineData("a line\np.cs(1,1): error CS0103: The name", "build the parts for Windows (x64): p.cs(1,1): error CS0103")]
    public void What_went_wrong_is_said_with_what_to_do(string words, string says) =>
        Assert.Contains(says, Sdk.Explain(TargetSystem.Parse("win")[0], words));
}
