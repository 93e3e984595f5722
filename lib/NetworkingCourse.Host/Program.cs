using NetworkingCourse.Host.Commands;

return await CourseCommand.InvokeAsync(args);
