pluginManagement {
    repositories {
        google()
        mavenCentral()
        gradlePluginPortal()
    }
}

dependencyResolutionManagement {
    repositoriesMode = RepositoriesMode.FAIL_ON_PROJECT_REPOS
    repositories {
        google()
        mavenCentral()
    }
}

rootProject.name = "saksi"
// Arrows run down only: app -> device, field; device -> core; field -> core. `core` is what is generated from the library.
include(":core", ":field", ":device", ":app")
