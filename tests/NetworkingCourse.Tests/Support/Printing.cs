namespace NetworkingCourse.Tests.Support;

/// <summary>Listens to the console of the whole process, for tests that run alone.</summary>
internal static class Printing
{
    /// <summary>Checks that nothing is printed meanwhile.</summary>
    public static async Task IsNothingAsync(Func<Task> meanwhile)
    {
        using var spy = new StringWriter();
        var (output, error) = (Console.Out, Console.Error);
        Console.SetOut(spy);
        Console.SetError(spy);
        try
        {
            await meanwhile();
            Console.Write("the spy listens");
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }

        Assert.Equal("the spy listens", spy.ToString());
    }
}
