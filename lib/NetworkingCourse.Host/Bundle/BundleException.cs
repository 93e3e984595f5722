namespace NetworkingCourse.Host.Bundle;

/// <summary>A bundle cannot be made. The message says why and what to do.</summary>
internal sealed class BundleException(string message) : Exception(message);
