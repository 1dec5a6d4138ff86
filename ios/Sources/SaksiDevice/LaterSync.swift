#if canImport(BackgroundTasks)
    import BackgroundTasks
    import Foundation

    /// Asks the system to wake the app for a sync once there is a network. `Info.plist` permits the name.
    public enum LaterSync {
        /// The task's name.
        public static let name = "id.saksi.sync"

        /// Says what to do, before the app has launched. `work` says whether records still wait.
        public static func register(_ work: @escaping @Sendable () async -> Bool) {
            BGTaskScheduler.shared.register(forTaskWithIdentifier: name, using: nil) { task in
                let done = Done(task)
                Task {
                    let waits = await work()
                    if waits { ask() }
                    done.tell(!waits)
                }
                task.expirationHandler = { done.tell(false) }
            }
        }

        /// Asks for one sync. Asking again changes nothing.
        public static func ask() {
            let request = BGProcessingTaskRequest(identifier: name)
            request.requiresNetworkConnectivity = true
            try? BGTaskScheduler.shared.submit(request)
        }

        /// A task's end, which may be told from any thread.
        private final class Done: @unchecked Sendable {
            private let task: BGTask

            init(_ task: BGTask) {
                self.task = task
            }

            func tell(_ success: Bool) {
                task.setTaskCompleted(success: success)
            }
        }
    }
#endif
