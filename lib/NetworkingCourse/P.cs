namespace NetworkingCourse;
/// <summary>x</summary>
public class Placeholder;
//
