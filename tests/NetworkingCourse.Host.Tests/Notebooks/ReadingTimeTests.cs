using NetworkingCourse.Host.Commands;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>How long a lesson takes is counted, and every page says what was counted.</summary>
public sealed class ReadingTimeTests
{
    private static readonly ReadingTime Lesson =
        new(Words: 1600, CodeLines: 150, Outputs: 30, Predictions: 5, ExerciseMinutes: 13);

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
                $@"\]\({file}\)\*\* \([0-9]+ min, [0-9]+ for exercises\)",
                File.ReadAllText(Path.Combine(Repository.Notebooks, folder, "README.md")));
        });

    [Fact]
    public void Words_lines_outputs_predictions_and_exercises_are_counted()
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
               "cell_type": "code", "id": "c", "metadata": {}, "execution_count": null, "outputs": [],
               "source": ["Exercises.FindEnd.Check(FindEnd)"]
              }
             ],
             "metadata": { "kernelspec": { "language": "C#" } }, "nbformat": 4, "nbformat_minor": 5
            }
            """);
        var exercises = Exercises.All.Where(exercise => exercise.Notebook == Exercises.FindEnd.Notebook).Sum(e => e.Minutes);
        Assert.Equal(
            new ReadingTime(Words: 8, CodeLines: 2, Outputs: 1, Predictions: 1, exercises),
            ReadingTime.Of(Notebook.Read(path), Exercises.FindEnd.Notebook));
        Assert.Equal(5, ReadingTime.Of(Notebook.Read(path), "another").Minutes);
        Assert.Equal((50, 15), (Lesson.Minutes, Lesson.MinutesForExercises));
    }

    [Fact]
    public void A_number_is_mended_where_it_stands_and_nothing_else_is()
    {
        Assert.Equal(
            "Allow about 50 minutes, 15 of them for the exercises, at 60 minutes, 5",
            StatedTimes.InLesson("Allow about 60 minutes, 5 of them for the exercises, at 60 minutes, 5", Lesson));
        const string page = "1. **[A](a.ipynb)** (5 min, 5 for exercises): 5 min\n2. **[B](b.ipynb)** (7 min, 0 for exercises)";
        Assert.Equal(
            "1. **[A](a.ipynb)** (50 min, 15 for exercises): 5 min\n2. **[B](b.ipynb)** (7 min, 0 for exercises)",
            StatedTimes.InChapter(page, link => link == "a.ipynb" ? Lesson : null));
    }

    [Fact]
    public void The_minutes_of_a_plan_and_their_sum_are_mended()
    {
        const string plans =
            "| [A](n/a.ipynb) | 5 |\n| [B](n/b.ipynb) | 7 |\n| together | 1 |\n\n| [A](n/a.ipynb) | 5 |\n| together | 2 |\n";
        Assert.Equal(
            "| [A](n/a.ipynb) | 40 |\n| [B](n/b.ipynb) | 7 |\n| together | 47 |\n\n| [A](n/a.ipynb) | 40 |\n| together | 40 |\n",
            StatedTimes.InPlans(plans, link => link == "n/a.ipynb" ? 40 : null));
    }
}
