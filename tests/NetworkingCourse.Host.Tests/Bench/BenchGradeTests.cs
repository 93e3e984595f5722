namespace NetworkingCourse.Host.Tests.Bench;

/// <summary>The command that measures grading, here of three notebooks.</summary>
public sealed class BenchGradeTests
{
    [Fact]
    public async Task It_grades_right_and_wrong_answers_of_whole_lessons_and_says_how_long_that_took()
    {
        var (exit, output, errors) = await CourseProgram.RunAsync(Repository.Root, "bench", "grade", "--notebooks", "3");
        Assert.True(exit == 0, output + errors);
        Assert.Matches(@"3 students, \d+ answers: 1\d right, \d not yet", output);
        Assert.Contains("; 0 files not graded.", output);
        Assert.Matches(@"\d+ s in all, \d+\.\d s for each notebook, (in the|without a) sandbox\.", output);
    }
}
