//// a variable
var x = 20;
//// its value in a later cell
x * 2 + 2
//// declared again with another type
var x = "text";
x
//// declared again as a method
int x() => 7;
x()
//// twice in one cell
var twice = 1;
var twice = 2;
//// a constant
const int Limit = 3;
Limit + 1
//// several in one statement
int a = 1, b = 2, c;
c = a + b;
c
//// deconstruction
var (left, right) = (1, "one");
$"{left} {right}"
//// deconstruction into what is there
(a, b) = (b, a);
$"{a} {b}"
//// discards
var (_, second) = (1, 2);
second
//// out variables
int.TryParse("42", out var parsed);
parsed
//// a pattern's variable in a later cell
if (parsed is int seen and > 40) { }
seen
//// a method and its overload
int Twice(int n) => 2 * n;
string Twice(string s) => s + s;
Twice(4) + Twice("ab")
//// a method that calls one below it
int Outer() => Inner() + 1;
int Inner() => 1;
Outer()
//// recursion
int Fib(int n) => n < 2 ? n : Fib(n - 1) + Fib(n - 2);
Fib(20)
//// default, named and params arguments
string Join(string separator = "-", params int[] numbers) => string.Join(separator, numbers);
Join(numbers: [1, 2], separator: "+") + Join("/", 3, 4) + Join()
//// ref, in and out
void Swap(ref int one, ref int other) { (one, other) = (other, one); }
var first = 1;
var last = 9;
Swap(ref first, ref last);
first * 10 + last
//// local functions in blocks
{ int Local(int n) { return n + 1; } Console.WriteLine(Local(1)); }
//// a property of a cell
int counter = 0;
int Next { get { return ++counter; } }
Next + Next
//// an expression-bodied property of a cell
int Half => 42 / 2;
Half
//// a class with a primary constructor
class Point(int x, int y) { public int Sum => x + y; public override string ToString() => $"({x}, {y})"; }
new Point(1, 2).Sum
//// the class in a later cell
new Point(3, 4).ToString()
//// a struct
struct Pair { public int A; public int B; }
new Pair { A = 1, B = 2 }.B
//// a record and with
record Person(string Name, int Age);
(new Person("Ada", 36) with { Age = 37 }).ToString()
//// records compared
new Person("Ada", 36) == new Person("Ada", 36)
//// a record struct
record struct Vector(double X, double Y) { public double Length => Math.Sqrt(X * X + Y * Y); }
new Vector(3, 4).Length
//// an interface with a default method
interface IGreets { string Name { get; } string Greet() => "Hello " + Name; }
class Greeter : IGreets { public string Name => "you"; }
((IGreets)new Greeter()).Greet()
//// an abstract class
abstract class Shape { public abstract double Area { get; } }
class Square(double side) : Shape { public override double Area => side * side; }
new Square(3).Area
//// generics and constraints
T Max<T>(T one, T other) where T : IComparable<T> => one.CompareTo(other) > 0 ? one : other;
Max(3, 5) + Max("a", "b")
//// a generic class
class Box<T>(T value) { public T Value => value; }
new Box<Box<int>>(new(5)).Value.Value
//// static abstract members
interface IZero<T> where T : IZero<T> { static abstract T Zero { get; } }
record Zero(int N) : IZero<Zero> { static Zero IZero<Zero>.Zero => new(0); }
T ZeroOf<T>() where T : IZero<T> => T.Zero;
ZeroOf<Zero>().N
//// operators
record Money(decimal Amount) { public static Money operator +(Money one, Money other) => new(one.Amount + other.Amount); }
(new Money(1.5m) + new Money(2)).Amount
//// conversions
record Celsius(double Degrees) { public static implicit operator double(Celsius c) => c.Degrees; }
10 + new Celsius(5)
//// an indexer
class Squares { public int this[int i] => i * i; }
new Squares()[7]
//// an enum with flags
[Flags] enum Rights { None = 0, Read = 1, Write = 2 }
Rights.Read | Rights.Write
//// a delegate
delegate int Op(int a, int b);
Op plus = (a, b) => a + b;
plus(1, 2)
//// an event
class Bell { public event Action<string> Rang; public void Ring() => Rang?.Invoke("ding"); }
var bell = new Bell();
bell.Rang += s => Console.WriteLine(s);
bell.Ring();
//// a static class with state
static class Counted { public static int N; public static int Up() => ++N; }
Counted.Up() + Counted.Up()
//// a nested class
class Tree { public class Leaf { public string Text => "leaf"; } }
new Tree.Leaf().Text
//// an extension method
static string Shout(this string s) => s.ToUpperInvariant() + "!";
"hey".Shout()
//// a partial class
partial class Parts { public int A => 1; }
partial class Parts { public int B => 2; }
new Parts().A + new Parts().B
//// a required member
class Named { public required string Name { get; init; } }
new Named { Name = "n" }.Name
//// the field keyword
class Clipped { public int Value { get => field; set => field = Math.Min(value, 10); } }
new Clipped { Value = 99 }.Value
//// a name that is a word of a later language
var union = new HashSet<int> { 1 };
union.UnionWith([2, 3]);
union.Count
//// a default instance
new Pair()
