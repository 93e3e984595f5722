namespace NetworkingCourse.Host.Tests;

/// <summary>
/// Tests of kernels in the tests' own process that look at, or change, what all kernels of a process share: they run one by one,
/// after all the others.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public static class WholeProcess
{
    public const string Name = "whole process";
}
