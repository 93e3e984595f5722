namespace NetworkingCourse.Host.Kernel;

/// <summary>A cell to be run.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Counts">Whether it takes a number of its own.</param>
/// <param name="IsPassing">Whether it sees the cells before it and is seen by none after it.</param>
/// <param name="Ask">Answers it when it reads from the console; null where no one can be asked.</param>
internal sealed record CellOrder(string Code, bool Counts = true, bool IsPassing = false, AskForLine? Ask = null);
