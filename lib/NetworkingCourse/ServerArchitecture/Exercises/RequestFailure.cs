namespace NetworkingCourse.ServerArchitecture;

/// <summary>How far an attempt to pass a request on to an origin had come when it failed.</summary>
public enum RequestFailure
{
    /// <summary>No connection could be made, so nothing was sent.</summary>
    NotConnected,

    /// <summary>The request was sent, and the connection broke before anything of the answer arrived.</summary>
    NoAnswer,

    /// <summary>The connection broke when part of the answer had been passed on to the client.</summary>
    AnswerCutOff,
}
