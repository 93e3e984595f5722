namespace NetworkingCourse.Display;

/// <summary>
/// A layer of the protocol stack, as drawn in <i>Start here</i>. RFC 1122, section 1.1.3, has the same four
/// layers under nearly the same names.
/// </summary>
public enum Layer
{
    /// <summary>Carries frames to the next machine on the same wire.</summary>
    Link,

    /// <summary>Carries packets from machine to machine.</summary>
    Network,

    /// <summary>Carries segments and datagrams from program to program.</summary>
    Transport,

    /// <summary>Gives meaning to the bytes: messages. It includes TLS, which lies between this layer and the one below.</summary>
    Application,
}
