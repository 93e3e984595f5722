using NetworkingCourse.Host.Commands;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>How long a lesson takes is counted, and every page says what was counted.</summary>
public sealed class ReadingTimeTests
{
    private static readonly ReadingTime Part =
        new(Words: 1600, CodeLines: 150, Outputs: 30, Predictions: 5, ExerciseMinutes: 13);
    private static readonly ReadingTime ShortPart =
        new(Words: 800, CodeLines: 0, Outputs: 0, Predictions: 0, ExerciseMinutes: 20);

    private static readonly LessonTime Lesson = new([Part]);
    private static readonly LessonTime LongLesson = new([ShortPart, Part, ShortPart]);

    [Fact]
    public void Every_page_says_what_was_counted()
    {
        var wrong = TimesCommand.Wrong(Repository.Notebooks, TimesCommand.All()).Select(file => file.Path);
        Assert.True(!wrong.Any(), $"'course times --write' mends {string.Join(", ", wrong)}.");
    }

    [Fact]
    public void Every_lesson_and_every_entry_of_a_chapter_says_how_long_it_takes() => Assert.All(
        TimesCommand.All().Where(lesson => lesson.Name.Contains('/', StringComparison.Ordinal)),
        lesson =>
        {
            var (folder, file) = (Path.GetDirectoryName(lesson.Name)!, Path.GetFileName(lesson.Name));
            Assert.Matches(
                "Allow about [0-9]+ minutes, [0-9]+ of them for the exercises",
                File.ReadAllText(Path.Combine(Repository.Notebooks, lesson.Name)));
            Assert.Matches(
                $@"\]\({file}\)\*\* \([0-9]+ min( in [0-9] parts)?, [0-9]+ for exercises\)",
                File.ReadAllText(Path.Combine(Repository.Notebooks, folder, "README.md")));
        });

    [Fact]
    public void No_part_of_a_lesson_takes_more_than_40_minutes_or_less_than_15() => Assert.All(
        TimesCommand.All(),
        lesson => Assert.All(lesson.Time.Parts, part => Assert.InRange(part.Minutes, 15, 40)));

    [Fact]
    public void A_lesson_with_places_to_stop_says_so_at_its_beginning() => Assert.All(
        TimesCommand.All().Where(lesson => lesson.Name.Contains('/', StringComparison.Ordinal)),
        lesson => Assert.Equal(
            lesson.Time.Parts.Count > 1,
            File.ReadAllText(Path.Combine(Repository.Notebooks, lesson.Name))
                .Contains("You can stop after about", StringComparison.Ordinal)));

    [Fact]
    public void Words_lines_outputs_predictions_and_exercises_are_counted_in_each_part()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("lesson.ipynb", """
            {
             "cells": [
              {
               "cell_type": "markdown", "id": "a", "metadata": {},
               "source": ["# A title\n", "\n", "**Predict first.** It [is](https://example.test/not/words) isn't it?"]
              },
              {
               "cell_type": "code", "id": "b", "metadata": {}, "execution_count": null, "outputs": [],
               "source": ["var x = 1;\n", "\n", "x"]
              },
              {
               "cell_type": "markdown", "id": "c", "metadata": {}, "source": ["**A place to stop:** after one of two."]
              },
              {
               "cell_type": "code", "id": "d", "metadata": {}, "execution_count": null, "outputs": [],
               "source": ["Exercises.FindEnd.Check(FindEnd)"]
              }
             ],
             "metadata": { "kernelspec": { "language": "C#" } }, "nbformat": 4, "nbformat_minor": 5
            }
            """);
        var first = new ReadingTime(Words: 16, CodeLines: 2, Outputs: 1, Predictions: 1, ExerciseMinutes: 0);
        var second = new ReadingTime(Words: 0, CodeLines: 0, Outputs: 0, Predictions: 0, Exercises.FindEnd.Minutes);
        var time = LessonTime.Of(Notebook.Read(path));
        Assert.Equal([first, second], time.Parts);
        Assert.Equal(first + second, time.Whole);
        Assert.Equal([5], time.Stops);
        Assert.Equal((50, 15), (Part.Minutes, Part.MinutesForExercises));
        Assert.Equal([25, 75], LongLesson.Stops);
    }

    [Fact]
    public void A_number_is_mended_where_it_stands_and_nothing_else_is()
    {
        Assert.Equal(
            "Allow about 50 minutes, 15 of them for the exercises, at 60 minutes, 5",
            StatedTimes.InLesson("Allow about 60 minutes, 5 of them for the exercises, at 60 minutes, 5", Lesson));
        Assert.Equal(
            "You can stop after about 25 and 75 minutes. **A place to stop:** after about 25 of the 100 minutes; "
                + "**A place to stop:** after about 75 of the 100 minutes, or after about 1 of the 2 minutes",
            StatedTimes.InLesson(
                "You can stop after about 7 minutes. **A place to stop:** after about 0 of the 0 minutes; "
                    + "**A place to stop:** after about 1 of the 2 minutes, or after about 1 of the 2 minutes",
                LongLesson));
        Assert.Equal(
            "You can stop after about 25, 75 and 100 minutes.",
            StatedTimes.InLesson(
                "You can stop after about 1, 2 and 3 minutes.", new LessonTime([.. LongLesson.Parts, LongLesson.Parts[0]])));
        const string page = "1. **[A](a.ipynb)** (5 min, 5 for exercises): 5 min\n2. **[B](b.ipynb)** (7 min, 0 for exercises)";
        Assert.Equal(
            "1. **[A](a.ipynb)** (50 min, 15 for exercises): 5 min\n2. **[B](b.ipynb)** (100 min in 3 parts, 55 for exercises)",
            StatedTimes.InChapter(page, link => link == "a.ipynb" ? Lesson : LongLesson));
        Assert.Equal(
            "1. **[A](a.ipynb)** (50 min, 15 for exercises)",
            StatedTimes.InChapter("1. **[A](a.ipynb)** (5 min in 2 parts, 5 for exercises)", _ => Lesson));
        Assert.Equal(page, StatedTimes.InChapter(page, _ => null));
    }
}
