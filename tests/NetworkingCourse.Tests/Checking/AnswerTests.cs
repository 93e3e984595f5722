namespace NetworkingCourse.Tests.Checking;

/// <summary>What holds for the answers of every exercise.</summary>
public class AnswerTests
{
    [Fact]
    public void There_are_mistakes_and_hints_enough_and_each_says_something_of_its_own() => Assert.All(Exercises.All, exercise =>
    {
        Assert.InRange(exercise.KnownMistakes.Count, 3, 15);
        Assert.InRange(exercise.Hints, 2, 4);
        Assert.Distinct(exercise.KnownMistakes.Select(mistake => mistake.Explanation));
        Assert.Distinct(exercise.KnownMistakes.Select(mistake => mistake.Name));
    });

    [Fact]
    public void Each_chapter_has_a_class_of_tests() => Assert.Equal(
        Exercises.All.Select(exercise => exercise.Lesson[0]).Distinct().Order(),
        typeof(IChapter).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IChapter)))
            .Select(type => (char)type.GetProperty(nameof(IChapter.Number))!.GetValue(null)!).Order());

    [Fact]
    public void Each_has_a_place_of_its_own_in_its_lesson()
    {
        Assert.Distinct(Exercises.All.Select(exercise => exercise.Name));
        foreach (var lesson in Exercises.All.GroupBy(exercise => exercise.Lesson))
        {
            Assert.Equal(Enumerable.Range(1, lesson.Count()), lesson.Select(exercise => exercise.Number));
            Assert.Single(lesson.Select(exercise => exercise.Notebook).Distinct());
        }
    }
}
