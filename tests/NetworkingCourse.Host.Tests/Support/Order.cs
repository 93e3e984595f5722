[assembly: TestCollectionOrderer(LongestFirst.TypeName, LongestFirst.AssemblyName)]
