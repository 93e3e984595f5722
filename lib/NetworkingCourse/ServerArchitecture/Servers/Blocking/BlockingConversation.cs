namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The ladder of four verbs that every blocking server climbs: accept connections, handle a conversation, handle a question,
/// receive until its end. The calling thread blocks on every rung and serves no other client in the meantime.
/// </summary>
internal static class BlockingConversation
{
    public static void AcceptConnections(Server server, string worker)
    {
        while (server.Accept(worker) is { } connection)
        {
            HandleConversation(connection);
        }
    }

    public static void HandleConversation(SocketConnection connection)
    {
        try
        {
            while (connection.ShouldContinue && HandleQuestion(connection))
            {
            }

            connection.End();
        }
        catch (Exception exception)
        {
            connection.End(exception); // what one client causes ends only its own conversation
            if (exception is WorkerCrashException)
            {
                throw; // not the client's fault: this kills the worker, and the supervisor sees it
            }
        }
    }

    private static bool HandleQuestion(SocketConnection connection)
    {
        if (!ReceiveUntilQuestionMark(connection, out var question))
        {
            return false;
        }

        connection.Think.Block();
        Question.TurnIntoAnswer(question.Span);
        connection.Send(question);
        return true;
    }

    private static bool ReceiveUntilQuestionMark(
        SocketConnection connection, out Memory<byte> question)
    {
        while (!connection.TryTakeQuestion(out question))
        {
            if (!connection.Receive())
            {
                return false;
            }
        }

        return true;
    }
}
