namespace NetworkingCourse.Display;

/// <summary>A layer of the stack, as <i>Start here</i> draws it (RFC 1122, section 1.1.3, calls the same four by nearly the same names).</summary>
public enum Layer
{
    /// <summary>The next machine on this wire: frames.</summary>
    Link,

    /// <summary>From machine to machine: packets.</summary>
    Network,

    /// <summary>From program to program: segments and datagrams.</summary>
    Transport,

    /// <summary>What the bytes mean: messages. TLS, which stands between this layer and the one below, is counted here.</summary>
    Application,
}
