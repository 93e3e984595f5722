using System.CommandLine;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Commands;

/// <summary><c>times</c>: how long each lesson takes a reader, from what is in it.</summary>
internal static class TimesCommand
{
    private const string Page = "README.md";
    private const string Plans = "../TEACHING.md";
    private const string Lessons = "notebooks/";

    public static Command Create()
    {
        var write = new Option<bool>("--write")
        {
            Description = "Write the minutes into the lessons and the chapters' pages.",
        };
        var command = new Command(
            "times",
            "Count the words, code, outputs, predictions and exercises of each lesson and of its parts, and say how many minutes "
                + "they take. Exit with code 1 if a lesson or a chapter's page says something else.")
        {
            write,
        };
        command.SetAction(parsed => Run(parsed.GetValue(write)));
        return command;
    }

    private static int Run(bool isWrite)
    {
        try
        {
            var root = NotebookPaths.Root();
            var times = All();
            Console.WriteLine("minutes     parts   words  code  outputs  predictions  exercises  lesson");
            foreach (var (name, time) in times)
            {
                var (whole, parts) = (time.Whole, string.Join('+', time.Parts.Select(part => part.Minutes)));
                Console.WriteLine(
                    FormattableString.Invariant($"{whole.Minutes,7}{parts,10}{whole.Words,8}{whole.CodeLines,6}{whole.Outputs,9}")
                    + FormattableString.Invariant($"{whole.Predictions,13}{whole.ExerciseMinutes,11}  {name}"));
            }

            var wrong = Wrong(root, times);
            foreach (var (path, text) in wrong)
            {
                var shown = DisplayPath.Path(path);
                if (isWrite)
                {
                    AtomicFile.WriteText(path, text);
                }

                Console.WriteLine(isWrite ? $"Wrote {shown}" : $"{shown} says something else: 'times --write' mends it.");
            }

            return isWrite || wrong.Count == 0 ? ExitCode.Success : ExitCode.Failed;
        }
        catch (NotebookException exception)
        {
            return ExitCode.BadInput(exception.Message);
        }
    }

    /// <summary>The lessons, by their paths below the folder of notebooks, and their times.</summary>
    internal static IReadOnlyList<(string Name, LessonTime Time)> All() =>
        [.. NotebookPaths.FindWithNames([]).Select(path => (path.Name, LessonTime.Of(Notebook.Read(path.FilePath))))];

    /// <summary>The files that say something else, with their right texts.</summary>
    internal static IReadOnlyList<(string Path, string Text)> Wrong(
        string root, IReadOnlyList<(string Name, LessonTime Time)> times)
    {
        var lessons = times.Select(lesson => (
            Path: Path.Combine(root, lesson.Name),
            Update: (Func<string, string>)(text => StatedTimes.InLesson(text, lesson.Time))));
        var pages = times.GroupBy(lesson => Path.GetDirectoryName(lesson.Name)!)
            .Select(chapter => (
                Path: Path.Combine(root, chapter.Key, Page),
                Update: (Func<string, string>)(text => StatedTimes.InChapter(
                    text,
                    link => chapter.Where(lesson => Path.GetFileName(lesson.Name) == link)
                        .Select(lesson => lesson.Time).SingleOrDefault()))));
        var plans = (
            Path: Path.GetFullPath(Path.Combine(root, Plans)),
            Update: (Func<string, string>)(text => TeachingPlans.WithTimes(
                text,
                link => times.Where(lesson => Lessons + lesson.Name == link)
                    .Select(lesson => (int?)lesson.Time.Whole.Minutes).SingleOrDefault(),
                name => Exercises.All.SingleOrDefault(exercise => exercise.Name == name)?.Minutes)));
        return
        [
            .. lessons.Concat(pages).Append(plans).Where(file => File.Exists(file.Path))
                .Select(file => (file.Path, Before: File.ReadAllText(file.Path), file.Update))
                .Select(file => (file.Path, file.Before, After: file.Update(file.Before)))
                .Where(file => file.After != file.Before)
                .Select(file => (file.Path, file.After)),
        ];
    }
}
