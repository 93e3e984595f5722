using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Tests.Notebooks;

public sealed class TeachingPlansTests
{
    [Fact]
    public void Minutes_in_class_and_at_home_and_their_sums_follow_from_the_lessons_and_from_what_is_left_for_home()
    {
        const string before =
            """
            | Lesson | Minutes | In class | At home |
            |---|---|---|---|
            | Installing | | 10 | |
            | [1.1 A](n/a.ipynb) | 5 | 1 | 1 |
            | [1.2 B](n/b.ipynb) | 7 | 1 | 1 |
            | together | 1 | 1 | 1 |

            * **Exercises in class** (minutes): 1.1 `One` (10).
            * **Exercises at home:** 1.1 `Two` (20), `Three` (6);
              1.2 `Two` (20).

            | Lesson | Minutes | In class | At home |
            |---|---|---|---|
            | [1.1 A](n/a.ipynb) | 5 | 1 | 1 |
            | together | 2 | 1 | 1 |

            """;
        const string after =
            """
            | Lesson | Minutes | In class | At home |
            |---|---|---|---|
            | Installing | | 10 | |
            | [1.1 A](n/a.ipynb) | 40 | 15 | 25 |
            | [1.2 B](n/b.ipynb) | 60 | 40 | 20 |
            | together | 100 | 65 | 45 |

            * **Exercises in class** (minutes): 1.1 `One` (10).
            * **Exercises at home:** 1.1 `Two` (20), `Three` (6);
              1.2 `Two` (20).

            | Lesson | Minutes | In class | At home |
            |---|---|---|---|
            | [1.1 A](n/a.ipynb) | 40 | 40 | 0 |
            | together | 40 | 40 | 0 |

            """;
        Assert.Equal(after, TeachingPlans.WithTimes(before, MinutesOf, MinutesOfExercise));
        Assert.Equal(after, TeachingPlans.WithTimes(after, MinutesOf, MinutesOfExercise));
    }

    [Fact]
    public void What_is_left_of_a_week_stands_in_the_row_of_its_last_lesson()
    {
        const string before =
            """
            | Lesson | Minutes | In class | At home | Week | Left |
            |---|---|---|---|---|---|
            | [1.1 A](n/a.ipynb) | 5 | 1 | 1 | 1 | 9 |
            | [1.2 B](n/b.ipynb) | 7 | 1 | 1 | 1 | |
            | [1.1 A](n/a.ipynb) | 7 | 1 | 1 | 2 | |
            | together | 1 | 1 | 1 | | 1 |

            * **Exercises at home:** 1.2 `Two` (20).
            """;
        const string after =
            """
            | Lesson | Minutes | In class | At home | Week | Left |
            |---|---|---|---|---|---|
            | [1.1 A](n/a.ipynb) | 40 | 40 | 0 | 1 | |
            | [1.2 B](n/b.ipynb) | 60 | 40 | 20 | 1 | 10 |
            | [1.1 A](n/a.ipynb) | 40 | 40 | 0 | 2 | 50 |
            | together | 140 | 120 | 20 | | 60 |

            * **Exercises at home:** 1.2 `Two` (20).
            """;
        Assert.Equal(after, TeachingPlans.WithTimes(before, MinutesOf, MinutesOfExercise));
    }

    [Fact]
    public void An_exercise_that_does_not_exist_is_named()
    {
        const string plan =
            "| L | Minutes | In class | At home |\n|---|---|---|---|\n| together | 0 | 0 | 0 |\n\n"
                + "* **Exercises at home:** 1.1 `Nine` (5).\n";
        var thrown = Assert.Throws<NotebookException>(() => TeachingPlans.WithTimes(plan, MinutesOf, MinutesOfExercise));
        Assert.Contains("Nine", thrown.Message, StringComparison.Ordinal);
    }

    private static int? MinutesOf(string link) => link switch
    {
        "n/a.ipynb" => 40,
        "n/b.ipynb" => 60,
        _ => null,
    };

    private static int? MinutesOfExercise(string name) => name switch
    {
        "Two" => 20,
        "Three" => 6,
        _ => null,
    };
}
