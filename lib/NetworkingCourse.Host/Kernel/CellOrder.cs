namespace NetworkingCourse.Host.Kernel;

/// <summary>A request to run a cell.</summary>
/// <param name="Code">The cell's code.</param>
/// <param name="Counts">Whether the cell takes an execution number of its own.</param>
/// <param name="IsPassing">Whether the cell is transient: it sees earlier cells, but later cells do not see it.</param>
/// <param name="Ask">Supplies a line when the cell reads from the console; null if no user can be asked.</param>
internal sealed record CellOrder(string Code, bool Counts = true, bool IsPassing = false, AskForLine? Ask = null);
