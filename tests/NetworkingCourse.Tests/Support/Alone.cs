namespace NetworkingCourse.Tests.Support;

/// <summary>Tests that measure time, or count what the process holds: they run one by one, after all the others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public static class Alone
{
    public const string Name = "alone";
}
