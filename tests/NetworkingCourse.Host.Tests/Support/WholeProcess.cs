namespace NetworkingCourse.Host.Tests;

/// <summary>
/// Tests that need the process or the machine to themselves: they look at, or change, what all kernels of a process share, or
/// they judge measurements. They run one by one, after all the others.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public static class WholeProcess
{
    public const string Name = "whole process";
}
