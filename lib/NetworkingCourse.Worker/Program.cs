return NetworkingCourse.ServerArchitecture.WorkerProgram.Run();
