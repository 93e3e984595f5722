//// where and select
new[] { 3, 1, 2 }.Where(n => n > 1).Select(n => n * n).ToArray()
//// a query
(from n in Enumerable.Range(1, 10) where n % 2 == 0 orderby n descending select n).ToList()
//// a query with let, join and group
var people = new[] { (Name: "Ada", Team: 1), (Name: "Bob", Team: 2), (Name: "Cy", Team: 1) };
var teams = new[] { (Id: 1, Title: "red"), (Id: 2, Title: "blue") };
string.Join(";", from p in people join t in teams on p.Team equals t.Id let text = t.Title.ToUpper() group p.Name by text into g select $"{g.Key}:{string.Join(",", g)}")
//// two from clauses
string.Join(" ", from a in "ab" from b in "12" select $"{a}{b}")
//// a query that selects itself
(from n in new[] { 1, 2 } select n).Count()
//// a query over IQueryable
(from n in new[] { 1, 2, 3 }.AsQueryable() where n > 1 select n + 1).Expression.ToString()
//// an expression tree
System.Linq.Expressions.Expression<Func<int, int>> tree = n => n + 1;
tree.ToString()
//// an expression tree with a nested lambda
System.Linq.Expressions.Expression<Func<int[], bool>> nested = a => a.Any(n => n > 1);
nested.Compile()(new[] { 2 }) + nested.ToString()
//// aggregates
Enumerable.Range(1, 5).Aggregate((a, b) => a * b)
//// grouping
"hello".GroupBy(c => c).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).First().Key
//// zip, chunk and index
string.Join("|", Enumerable.Range(0, 5).Chunk(2).Select(c => string.Join(",", c)))
//// to a dictionary
new[] { "a", "bb" }.ToDictionary(s => s.Length, s => s)
//// to a lookup
new[] { "a", "bb", "cc" }.ToLookup(s => s.Length)[2].Count()
//// laziness
var log = new List<string>();
var lazy = new[] { 1, 2, 3 }.Select(n => { log.Add($"{n}"); return n; });
var firstOnly = lazy.First();
string.Join(",", log)
//// a lazy sequence shown
Enumerable.Range(1, 3).Select(i => { Console.WriteLine($"probe {i}"); return i; })
//// a lazy sequence displayed
display(Enumerable.Range(1, 2).Select(i => { Console.WriteLine($"probe {i}"); return i * 10; }));
//// an infinite sequence shown
Enumerable.InfiniteSequence(1, 1)
//// an infinite iterator shown
IEnumerable<int> Ever() { for (var i = 0; ; i++) yield return i; }
Ever()
//// an exception in a lazy sequence shown
new[] { 1, 0 }.Select(n => 1 / n)
//// closures over a loop
var actions = new List<Func<int>>();
for (var i = 0; i < 3; i++) { var copy = i; actions.Add(() => copy); }
actions.Sum(a => a())
//// a method group
new[] { "1", "2" }.Select(int.Parse).Sum()
//// a static lambda
Func<int, int> square = static n => n * n;
square(5)
//// a lambda with a natural type
var half = (double n) => n / 2;
half.GetType().Name
//// a lambda with defaults
var add = (int a, int b = 10) => a + b;
add(1)
//// a lambda with an explicit return type
var parse = object (bool b) => b ? 1 : "two";
parse(false)
//// a lambda that throws
Func<int> thrower = () => throw new InvalidOperationException("lambda");
thrower()
//// a lambda by reference
var cells = new[] { 1, 2 };
RefFunc at = i => ref cells[i];
at(1) = 5;
delegate ref int RefFunc(int i);
cells[1]
//// an action that calls a function with a value
Action ignore = () => "x".ToString();
ignore();
//// an overload chosen by the lambda's kind
string Run(Action a) => "action";
string Run(Func<int> f) => "func";
Run(() => 1) + Run(() => { }) + Run(() => Console.Write(""))
//// an async overload chosen
string Go(Func<Task> f) => "task";
string Go(Func<Task<int>> f) => "task of int";
Go(async () => await Task.Yield()) + Go(async () => await Task.FromResult(1))
//// a null and a target-typed lambda body
Func<string> none = () => null;
Func<List<int>> made = () => new();
Func<int[]> collected = () => [1, 2];
(none() is null) + made().Count.ToString() + collected().Length
//// a conditional lambda body without a natural type
Func<bool, int?> choose = b => b ? 1 : null;
choose(false) is null
//// dynamic in a lambda
Func<dynamic, dynamic> plus = d => d + 1;
plus(2)
//// curried
Func<int, Func<int, int>> curry = a => b => a + b;
curry(1)(2)
//// a local function that captures
int seed = 1;
int Up() => ++seed;
Up() + Up()
